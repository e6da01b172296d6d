param name string
param location string

// Outbound calls of an app in a network leave through this gateway, by one fixed address.
resource address 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: '${name}-outbound'
  location: location
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = {
  name: '${name}-nat'
  location: location
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${name}-network'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        // Flex Consumption takes an address for each instance. Its subnet's name must not have an underscore.
        name: 'app'
        properties: {
          addressPrefix: '10.20.0.0/22'
          natGateway: { id: gateway.id }
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.20.4.0/27', defaultOutboundAccess: false }
      }
    ]
  }

  resource app 'subnets' existing = { name: 'app' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

output networkId string = network.id
output appSubnetId string = network::app.id
output endpointsSubnetId string = network::endpoints.id
output outboundAddress string = address.properties.ipAddress
