namespace TwoStory.Core.Accounts;

/// <summary>What the audit log tells of.</summary>
public enum AuditAction
{
    Registered,
    SignedIn,

    /// <summary>A wrong password; detail says where, when it was not at sign-in.</summary>
    SignInFailed,

    /// <summary>A refresh token came back that had been replaced: it was stolen, or its successor was. The session ended.</summary>
    RefreshTokenReused,

    /// <summary>Too many attempts; detail says which limit refused. At most once a minute for each user and limit.</summary>
    AttemptsThrottled,
    PasswordChanged,
    PasswordForgotten,
    PasswordReset,

    /// <summary>Subject is the invitation, detail the role.</summary>
    InvitationMade,
    InvitationSentAgain,
    InvitationRevoked,
    InvitationAccepted,

    /// <summary>Subject is the user, detail the roles before and after.</summary>
    UserRoleChanged,

    /// <summary>Subject is the user, detail their name.</summary>
    UserRemoved,

    /// <summary>Detail names the settings.</summary>
    OrganizationChanged,

    /// <summary>Detail is the new tier.</summary>
    SubscriptionChanged,

    /// <summary>Detail is the strategy.</summary>
    SparkCredentialsSet,

    /// <summary>Subject is the run, detail the job.</summary>
    JobStarted,

    /// <summary>Subject is the run, detail the job.</summary>
    JobCanceled,
    LeadDeleted,
}
