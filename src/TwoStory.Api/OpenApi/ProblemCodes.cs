namespace TwoStory.Api.OpenApi;

/// <summary>
/// All problem codes of the API. Providers add codes (spark_…, rentcast_…, nominatim_…, census_…): 409 for refused credentials, 422 for a
/// refused request, 502 for an unreadable response, and 503 with Retry-After while the provider is unavailable.
/// </summary>
static class ProblemCodes
{
    public static IReadOnlyList<(string Code, int Status, string Meaning)> All { get; } =
    [
        ("bad_request", 400, "The request cannot be read."),
        ("invalid_json", 400, "The body is missing or not JSON."),
        ("invalid_text", 400, "A text contains a character that cannot be stored."),
        ("validation_failed", 400, "Fields or query parameters are missing, unknown or invalid; errors lists them."),
        ("authentication_required", 401, "No access token was sent."),
        ("invalid_token", 401, "The access token is invalid."),
        ("token_expired", 401, "The access token has expired; refresh it."),
        ("session_ended", 401, "The user logged out, changed the password or was removed, or a refresh token was used twice."),
        ("wrong_credentials", 401, "The e-mail address or the password is wrong."),
        ("role_required", 403, "The caller's role does not allow the route."),
        ("owner_required", 403, "Only an owner can make or change owners."),
        ("user_paused", 403, "The caller is paused, because the organization has more users than its subscription allows."),
        ("route_not_found", 404, "There is no route at this address."),
        ("lead_not_found", 404, "There is no such lead, or the caller cannot see it."),
        ("listing_not_found", 404, "The MLS has no such listing or does not disclose it."),
        ("notification_not_found", 404, "The caller has no such notification."),
        ("job_not_found", 404, "The organization has no such run."),
        ("job_kind_not_found", 404, "There is no job with this name."),
        ("user_not_found", 404, "The organization has no such user."),
        ("invitation_not_found", 404, "The invitation was used, revoked or replaced, or has expired."),
        ("password_reset_not_found", 404, "The link was used or replaced, or has expired."),
        ("organization_not_found", 404, "The organization was removed."),
        ("method_not_allowed", 405, "The route does not support the method; see Allow."),
        ("request_timeout", 408, "The body was sent too slowly."),
        ("email_taken", 409, "The e-mail address already has an account."),
        ("already_member", 409, "The invited person is already a user of the organization."),
        ("last_owner", 409, "An organization needs at least one owner."),
        ("duplicate_lead", 409, "The organization already has this person or home; see matches. Send force: true to store both."),
        ("lead_not_placed", 409, "The lead has no location. Correct the address, or send latitude and longitude."),
        ("lead_without_address", 409, "The lead has neither street, city and state nor coordinates, of which a valuation needs one."),
        ("lead_without_zip_code", 409, "The address of the lead has no five-digit ZIP code."),
        ("request_in_progress", 409, "The request with this Idempotency-Key is still in progress."),
        ("limit_reached", 409, "A limit of the subscription is reached: limit is users, monitoredLeads or valuations, with the numbers used and allowed."),
        ("spark_credentials_missing", 409, "The organization has no Spark credentials."),
        ("spark_credentials_unreadable", 409, "The organization's Spark credentials cannot be decrypted. The owner must enter them again."),
        ("lead_changed", 412, "The lead has changed since it was read."),
        ("organization_changed", 412, "The organization has changed since it was read."),
        ("body_too_large", 413, "The body is too large."),
        ("unsupported_media_type", 415, "The body must be application/json."),
        ("spark_credentials_refused", 422, "Spark refuses the credentials. The previous ones stay stored."),
        ("no_estimate", 422, "The AVM has no estimate for the home. The previous value stays."),
        ("no_market_data", 422, "There are no market statistics for the ZIP code."),
        ("idempotency_key_reused", 422, "The Idempotency-Key was used for another request."),
        ("too_many_attempts", 429, "Too many attempts; see Retry-After."),
        ("internal_error", 500, "An unexpected error occurred. The logs contain it under the trace id."),
        ("database_unavailable", 503, "The database is not available; see Retry-After."),
        ("overloaded", 503, "The server is busy and did not process the request; see Retry-After."),
        ("spark_budget_spent", 503, "The rate limit of Spark is reached; see Retry-After."),
        ("rentcast_budget_spent", 503, "The rate limit of RentCast is reached; see Retry-After."),
        ("spark_unavailable", 503, "Spark is not available; see Retry-After. New credentials are not stored."),
        ("rentcast_unavailable", 503, "RentCast is not available; see Retry-After."),
        ("monthly_cap_reached", 503, "The monthly cap of the organization for this provider is reached; Retry-After ends in the next month."),
    ];
}
