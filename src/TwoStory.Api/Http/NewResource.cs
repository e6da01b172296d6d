namespace TwoStory.Api.Http;

/// <summary>The id of what the present request makes: with an Idempotency-Key the same at every try.</summary>
sealed class NewResource
{
    public Guid Id { get; set; } = Guid.CreateVersion7();
}
