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

@description('Header with the caller\'s address that a proxy of your own sets, such as X-Azure-ClientIP of Front Door. Empty without one.')
param clientAddressHeader string = ''

@description('Receives the alerts.')
param alertEmail string

@description('PostgreSQL that exists already, such as Neon, as the user that the app logs in as: postgres://user:password@host/name?sslmode=verify-full. Empty: a flexible server is made.')
@secure()
param databaseUrl string = ''

@description('Object id of the identity that migrates: administrator of the flexible server that is created.')
param deployerObjectId string = ''

@description('Display name of that identity; its user name in the database.')
param deployerName string = ''

@allowed(['ServicePrincipal', 'User', 'Group'])
param deployerType string = 'ServicePrincipal'

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

@description('Instances at the most. Providers\' limits are shared by all of them, so more instances do not send more requests.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('HTTP instances that are always ready; with 0 the first request after a pause waits for a cold start.')
@minValue(0)
param alwaysReadyInstances int = 1

@description('Durable instances that are always ready; with 0 a run that is started by hand waits for a cold start.')
@minValue(0)
param alwaysReadyDurableInstances int = 1

@description('Runs that may fail in a day before an alert: some brokerage\'s credentials expire every week.')
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

module network 'modules/network.bicep' = if (makesDatabase) {
  name: 'network'
  params: { name: name, location: location }
}

module database 'modules/database.bicep' = if (makesDatabase) {
  name: 'database'
  params: {
    name: name
    location: location
    administratorObjectId: deployerObjectId
    administratorName: deployerName
    administratorType: deployerType
    networkId: network!.outputs.networkId
    endpointsSubnetId: network!.outputs.endpointsSubnetId
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
      // A secret cannot be empty. The app reads this one and Spark's only when they are set.
      'database-url': makesDatabase ? 'none' : databaseUrl
      'jwt-secret': jwtSecret
      'resend-api-key': resendApiKey
      'rentcast-api-key': rentCastApiKey
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
    appVaultUri: vaults.outputs.appVaultUri
    credentialsVaultUri: vaults.outputs.credentialsVaultUri
    frontendUrl: frontendUrl
    emailFrom: emailFrom
    clientAddressHeader: clientAddressHeader
    sparkApiKey: sparkApiKey
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    alwaysReadyDurableInstances: alwaysReadyDurableInstances
    databaseHost: makesDatabase ? database!.outputs.host : ''
    databaseUser: identity.outputs.name
    subnetId: makesDatabase ? network!.outputs.appSubnetId : ''
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
output appVaultName string = vaults.outputs.appVaultName
output databaseServerName string = makesDatabase ? database!.outputs.serverName : ''
output databaseHost string = makesDatabase ? database!.outputs.host : ''
output databaseUser string = identity.outputs.name
output databaseUserObjectId string = identity.outputs.principalId
