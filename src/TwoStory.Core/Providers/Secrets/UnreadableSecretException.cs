namespace TwoStory.Core.Providers.Secrets;

/// <summary>A stored secret cannot be opened; whoever owns it has to enter it again.</summary>
public sealed class UnreadableSecretException(Exception? cause = null) : Exception("A stored secret cannot be opened with the key in use.", cause);
