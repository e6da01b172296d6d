namespace TwoStory.Core.Jobs;

/// <summary>The organization's run cannot go on until somebody changes something; other organizations are not concerned.</summary>
/// <param name="code">A stable code, such as <c>spark_credentials_missing</c>.</param>
/// <param name="message">One sentence that says what to do.</param>
public sealed class JobRefusedException(string code, string message) : Exception(message)
{
    public string Code => code;
}
