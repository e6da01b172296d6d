param name string
param location string
param identityId string
param identityPrincipalId string
param identityClientId string
param storageAccountName string
param packageContainerUrl string
param insightsName string
param workspaceId string
param appVaultUri string
param credentialsVaultUri string
param frontendUrl string
param emailFrom string
param clientAddressHeader string
param sparkApiKey string
param maximumInstances int
param alwaysReadyInstances int
param alwaysReadyDurableInstances int

@description('Database of a server that this template makes: host name and user. Empty: the app vault has the URL.')
param databaseHost string
param databaseUser string

@description('Subnet that the app is integrated with; empty for none.')
param subnetId string

var storedDatabaseUrl = '@Microsoft.KeyVault(SecretUri=${appVaultUri}secrets/database-url)'
var passwordlessDatabaseUrl = 'postgres://${uriComponent(databaseUser)}@${databaseHost}:5432/twostory?sslmode=verify-full&maximum_pool_size=20'
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource mayWriteTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identityPrincipalId, metricsPublisher)
  scope: insights
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: '${name}-plan'
  location: location
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: '${name}-${take(uniqueString(resourceGroup().id, name), 5)}'
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
        alwaysReady: filter(
          [
            { name: 'http', instanceCount: alwaysReadyInstances }
            { name: 'durable', instanceCount: alwaysReadyDurableInstances }
          ],
          group => group.instanceCount > 0
        )
        // The limit of the API (Api__…). More concurrent requests start another instance.
        triggers: { http: { perInstanceConcurrency: 100 } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      cors: { allowedOrigins: [frontendUrl], supportCredentials: false }
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    AZURE_CLIENT_ID: identityClientId
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    TELEMETRY_TRACES_PER_SECOND: '5'
    TaskHubName: 'TwoStory'
    NearbySalesTimer: '0 0 * * * *'
    PropertyValuesTimer: '0 5 * * * *'
    OutboxTimer: '*/15 * * * * *'
    HistoryPurgeTimer: '0 30 4 * * *'
    HousekeepingTimer: '0 15 * * * *'
    DATABASE_URL: empty(databaseHost) ? storedDatabaseUrl : passwordlessDatabaseUrl
    DATABASE_SIGN_IN: empty(databaseHost) ? 'password' : 'entra'
    JWT_SECRET: '@Microsoft.KeyVault(SecretUri=${appVaultUri}secrets/jwt-secret)'
    RESEND_API_KEY: '@Microsoft.KeyVault(SecretUri=${appVaultUri}secrets/resend-api-key)'
    RENTCAST_API_KEY: '@Microsoft.KeyVault(SecretUri=${appVaultUri}secrets/rentcast-api-key)'
    SPARK_API_KEY: sparkApiKey
    SPARK_API_SECRET: empty(sparkApiKey) ? '' : '@Microsoft.KeyVault(SecretUri=${appVaultUri}secrets/spark-api-secret)'
    KEY_VAULT_URI: credentialsVaultUri
    FRONTEND_URL: frontendUrl
    EMAIL_FROM: emailFrom
    CLIENT_ADDRESS_HEADER: clientAddressHeader
  }
  dependsOn: [mayWriteTelemetry]
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output appName string = app.name
output hostName string = app.properties.defaultHostName
