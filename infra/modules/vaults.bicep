param name string
param location string
param principalId string
param workspaceId string

@description('Names and values of the app\'s own secrets.')
@secure()
param secrets object

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
var suffix = take(uniqueString(resourceGroup().id, name), 5)

// Two, because the app may only read its own secrets, and has to write its customers'.
var vaults = [
  { name: '${name}-${suffix}', role: secretsUser }
  { name: '${name}-c${suffix}', role: secretsOfficer }
]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = [for one in vaults: {
  name: one.name
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
  }
}]

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (one, index) in vaults: {
  name: guid(vault[index].id, principalId, one.role)
  scope: vault[index]
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
  }
}]

resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [for one in ['database-url', 'jwt-secret', 'resend-api-key', 'rentcast-api-key', 'spark-api-secret']: {
  parent: vault[0]
  name: one
  properties: { value: secrets[one] }
}]

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [for (one, index) in vaults: {
  name: 'to-workspace'
  scope: vault[index]
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}]

output appVaultName string = vault[0].name
output appVaultUri string = vault[0].properties.vaultUri
output credentialsVaultUri string = vault[1].properties.vaultUri
