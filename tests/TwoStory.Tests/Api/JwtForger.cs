using System.IdentityModel.Tokens.Jwt;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using TwoStory.Api;

namespace TwoStory.Tests.Api;

/// <summary>Makes tokens that say what a real one says and must not be taken.</summary>
sealed class JwtForger(string real, TimeProvider clock)
{
    DateTime Now => clock.GetUtcNow().UtcDateTime;

    readonly JwtSecurityToken token = new JwtSecurityTokenHandler().ReadJwtToken(real);

    public string SignedWithAnotherKey() => Write("another secret, just as long as the real one", Now.AddDays(1));

    public string Expired(ApiHost host) => Write(host.Services.GetRequiredService<ApiOptions>().JwtSecret, Now.AddSeconds(-1));

    public string Unsigned() => new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(
        token.Issuer, token.Audiences.First(), token.Claims, Now.AddDays(-1), Now.AddDays(1)));

    string Write(string secret, DateTime expires)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret));
        var claims = token.Claims.Where(claim => claim.Type is not ("iss" or "aud" or "exp" or "nbf" or "iat"));
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(
            token.Issuer, token.Audiences.First(), claims, Now.AddDays(-1), expires,
            new SigningCredentials(key, SecurityAlgorithms.HmacSha256)));
    }
}
