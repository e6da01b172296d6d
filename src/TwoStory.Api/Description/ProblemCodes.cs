namespace TwoStory.Api.Description;

/// <summary>Every code that a problem can carry. Codes of providers (spark_…, rentcast_…, nominatim_…, census_…) come on top, with 409 or 503.</summary>
static class ProblemCodes
{
    public static IReadOnlyList<(string Code, int Status, string Meaning)> All { get; } =
    [
        ("bad_request", 400, "The request cannot be read."),
        ("invalid_json", 400, "The body is not JSON, or there is none."),
        ("invalid_text", 400, "A text holds a character that cannot be stored."),
        ("validation_failed", 400, "Fields or query parameters are missing, unknown or wrong; errors names each."),
        ("authentication_required", 401, "No access token was sent."),
        ("invalid_token", 401, "The access token is not one of ours."),
        ("token_expired", 401, "The access token has expired; refresh it."),
        ("session_ended", 401, "The user logged out, changed the password or was removed, or a refresh token was used twice."),
        ("wrong_credentials", 401, "The e-mail address or the password is wrong."),
        ("role_required", 403, "The caller's role does not allow the route."),
        ("owner_required", 403, "Only an owner can make or change owners."),
        ("route_not_found", 404, "There is nothing at this address."),
        ("lead_not_found", 404, "There is no such lead, or the caller may not see it."),
        ("notification_not_found", 404, "The caller has no such notification."),
        ("job_not_found", 404, "The organization has no such run."),
        ("job_kind_not_found", 404, "There is no job of this name."),
        ("user_not_found", 404, "The organization has no such user."),
        ("invitation_not_found", 404, "The invitation was used, revoked or replaced, or has run out."),
        ("password_reset_not_found", 404, "The link was used or replaced, or has run out."),
        ("organization_not_found", 404, "The organization was removed."),
        ("method_not_allowed", 405, "The address does not take this method; see Allow."),
        ("request_timeout", 408, "The body came too slowly."),
        ("email_taken", 409, "The e-mail address has an account already."),
        ("already_member", 409, "The invited person is a user of the organization already."),
        ("last_owner", 409, "An organization keeps at least one owner."),
        ("duplicate_lead", 409, "The organization has this person or home already; see matches, and send force: true to keep both."),
        ("request_in_progress", 409, "The request with this Idempotency-Key is still being carried out."),
        ("spark_credentials_missing", 409, "The organization has no Spark credentials yet."),
        ("spark_credentials_unreadable", 409, "The organization's Spark credentials cannot be opened with the key in use; the owner enters them again."),
        ("lead_changed", 412, "The lead has changed since it was read."),
        ("organization_changed", 412, "The organization has changed since it was read."),
        ("body_too_large", 413, "The body is too large."),
        ("unsupported_media_type", 415, "The body must be application/json."),
        ("spark_credentials_refused", 422, "Spark does not accept the credentials; those from before stay."),
        ("idempotency_key_reused", 422, "The Idempotency-Key was sent with another request."),
        ("too_many_attempts", 429, "Too many attempts; see Retry-After."),
        ("internal_error", 500, "Something went wrong; the trace id names it in the logs."),
        ("database_unavailable", 503, "The database does not answer; see Retry-After."),
        ("spark_unavailable", 503, "Spark cannot be asked just now, so the credentials were not kept."),
    ];
}
