targetScope = 'resourceGroup'

@description('Short name of this installation, such as twostory-prod; every resource is named for it.')
@minLength(3)
@maxLength(16)
param name string

param location string = resourceGroup().location

@description('The only origin that browsers may call from, and where links in mail lead.')
param frontendUrl string

@description('Sender of the product\'s mail: Name <address>. Its domain must be verified with Resend.')
param emailFrom string

@description('Who is told when a night fails.')
param alertEmail string

@description('PostgreSQL that is there already, such as Neon: postgres://user:password@host/name?sslmode=require. Empty: a flexible server is made.')
@secure()
param databaseUrl string = ''

@description('Administrator of the flexible server that is made.')
param databaseAdministrator string = 'twostory'

@description('Needed when a flexible server is made.')
@secure()
param databasePassword string = ''

@description('Signs access tokens; 32 random characters or more.')
@minLength(32)
@secure()
param jwtSecret string

@secure()
param resendApiKey string

@secure()
param rentCastApiKey string

@description('The product\'s own OAuth client at Spark, for brokerages that have none of their own; empty without one.')
param sparkApiKey string = ''

@secure()
param sparkApiSecret string = ''

@description('Instances at the most. Providers\' budgets are shared by all of them, so more instances do not ask more.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('HTTP instances that never sleep; 0 saves money, and costs the first visitor of the morning a cold start.')
@minValue(0)
param alwaysReadyInstances int = 1

@description('Runs that may fail in a day before somebody is told: credentials expire somewhere every week.')
@minValue(0)
param toleratedFailedRuns int = 5

var makesDatabase = empty(databaseUrl)

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: { name: name, location: location }
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: { name: name, location: location }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { name: name, location: location, principalId: identity.outputs.principalId, workspaceId: monitoring.outputs.workspaceId }
}

module database 'modules/database.bicep' = if (makesDatabase) {
  name: 'database'
  params: {
    name: name
    location: location
    administrator: databaseAdministrator
    password: databasePassword
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vaults 'modules/vaults.bicep' = {
  name: 'vaults'
  params: {
    name: name
    location: location
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
    secrets: {
      'database-url': makesDatabase
        ? 'postgres://${uriComponent(databaseAdministrator)}:${uriComponent(databasePassword)}@${database!.outputs.host}:5432/twostory?sslmode=require&maximum_pool_size=20'
        : databaseUrl
      'jwt-secret': jwtSecret
      'resend-api-key': resendApiKey
      'rentcast-api-key': rentCastApiKey
      // A secret cannot be empty; the app reads this one only when there is a client.
      'spark-api-secret': empty(sparkApiKey) ? 'none' : sparkApiSecret
    }
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  params: {
    name: name
    location: location
    identityId: identity.outputs.id
    identityPrincipalId: identity.outputs.principalId
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.accountName
    packageContainerUrl: storage.outputs.packageContainerUrl
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    secretsVaultUri: vaults.outputs.secretsVaultUri
    credentialsVaultUri: vaults.outputs.credentialsVaultUri
    frontendUrl: frontendUrl
    emailFrom: emailFrom
    sparkApiKey: sparkApiKey
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    name: name
    location: location
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    insightsName: monitoring.outputs.insightsName
    healthUrl: 'https://${app.outputs.hostName}/api/health'
    toleratedFailedRuns: toleratedFailedRuns
  }
}

output appName string = app.outputs.appName
output apiUrl string = 'https://${app.outputs.hostName}/api'
output secretsVaultName string = vaults.outputs.secretsVaultName
output databaseServerName string = makesDatabase ? database!.outputs.serverName : ''
