using 'main.bicep'

param name = readEnvironmentVariable('TWOSTORY_NAME', 'twostory-prod')
param frontendUrl = readEnvironmentVariable('FRONTEND_URL', 'https://app.example.com')
param emailFrom = readEnvironmentVariable('EMAIL_FROM', 'TwoStory <alerts@example.com>')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', 'operators@example.com')

param databaseUrl = readEnvironmentVariable('DATABASE_URL', '')
param deployerObjectId = readEnvironmentVariable('DEPLOYER_OBJECT_ID', '')
param deployerName = readEnvironmentVariable('DEPLOYER_NAME', '')

// Without a default: a deployment that lacks one of them does not compile.
param jwtSecret = readEnvironmentVariable('JWT_SECRET')
param resendApiKey = readEnvironmentVariable('RESEND_API_KEY')
param rentCastApiKey = readEnvironmentVariable('RENTCAST_API_KEY')
param sparkApiKey = readEnvironmentVariable('SPARK_API_KEY', '')
param sparkApiSecret = readEnvironmentVariable('SPARK_API_SECRET', '')
