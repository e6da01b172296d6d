param name string
param location string
param email string
param workspaceId string
param insightsName string
param healthUrl string
param toleratedFailedRuns int

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${name}-operators'
  location: 'global'
  properties: {
    groupShortName: take(name, 12)
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// The log messages of Jobs/JobOrchestrations.cs and Jobs/JobActivities.cs.
var rules = [
  {
    name: 'late'
    description: 'No hour of the nightly job has ended for three hours: timers or the Durable engine have stopped.'
    severity: 1
    every: 'PT1H'
    window: 'PT3H'
    query: 'AppTraces | where isnotempty(Properties.JobHour) and Properties.Kind == "nearby-sales"'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'stopped'
    description: 'The engine gave up organizations; the next hour takes them up again. The lines name them.'
    severity: 2
    every: 'PT1H'
    window: 'PT1H'
    query: 'AppTraces | where isnotempty(Properties.JobHour) and toint(Properties.Failed) > 0'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'failed'
    description: 'More runs than usual ended in failure within a day. GET /api/jobs of each organization shows the reasons.'
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    query: 'AppTraces | where Properties.RunState == "Failed"'
    operator: 'GreaterThan'
    threshold: toleratedFailedRuns
  }
]

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: '${name}-night-${rule.name}'
  location: location
  kind: 'LogAlert'
  properties: {
    displayName: '${name}: night ${rule.name}'
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: rule.every
    windowSize: rule.window
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: rule.operator
          threshold: rule.threshold
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    // In a new workspace the table is there only with its first line.
    skipQueryValidation: true
    actions: { actionGroups: [operators.id] }
  }
}]

// Flex Consumption has no health check of its own: this test calls it from outside and includes the database.
resource health 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${name}-health'
  location: location
  tags: { 'hidden-link:${insights.id}': 'Resource' }
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${name}-health'
    Name: '${name}-health'
    Enabled: true
    Frequency: 300
    Timeout: 30
    Kind: 'standard'
    RetryEnabled: true
    Locations: [{ Id: 'us-va-ash-azr' }, { Id: 'us-ca-sjc-azr' }, { Id: 'us-tx-sn1-azr' }]
    Request: { RequestUrl: healthUrl, HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 7 }
  }
}

resource unhealthy 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-unhealthy'
  location: 'global'
  properties: {
    description: 'The API or its database does not answer.'
    severity: 1
    enabled: true
    scopes: [health.id, insights.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: health.id
      componentId: insights.id
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: operators.id }]
  }
}
