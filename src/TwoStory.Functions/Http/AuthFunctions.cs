namespace TwoStory.Functions.Http;

/// <summary>Sign-in in Azure; the endpoints are <c>AuthEndpoints</c>'.</summary>
public sealed class AuthFunctions(ApiPipeline api)
{
    [Function("Register")]
    public Task<IResult> Register([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/register")] HttpRequest request) => api.Run(request);

    [Function("Login")]
    public Task<IResult> Login([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/login")] HttpRequest request) => api.Run(request);

    [Function("Refresh")]
    public Task<IResult> Refresh([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/refresh")] HttpRequest request) => api.Run(request);

    [Function("AcceptInvitation")]
    public Task<IResult> AcceptInvitation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/accept-invite")] HttpRequest request) => api.Run(request);

    [Function("ForgotPassword")]
    public Task<IResult> ForgotPassword(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/forgot-password")] HttpRequest request) => api.Run(request);

    [Function("ResetPassword")]
    public Task<IResult> ResetPassword(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/reset-password")] HttpRequest request) => api.Run(request);

    [Function("Logout")]
    public Task<IResult> Logout([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/logout")] HttpRequest request) => api.Run(request);

    [Function("Me")]
    public Task<IResult> Me([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "auth/me")] HttpRequest request) => api.Run(request);

    [Function("ChangePassword")]
    public Task<IResult> ChangePassword(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "auth/change-password")] HttpRequest request) => api.Run(request);
}
