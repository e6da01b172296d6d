using System.Text;

namespace TwoStory.Core.Providers.Spark;

/// <param name="RenewAt">When to fetch the next one, UTC; some time before it expires.</param>
sealed record AccessToken(string Value, DateTime RenewAt)
{
    bool PrintMembers(StringBuilder builder) => builder.Append("until ").AppendFormat(null, "{0:u}", RenewAt).Length > 0;
}
