using System.Text.Json;

namespace TwoStory.Simulators.Mail;

/// <summary>The result of a request to send.</summary>
enum MailOutcome
{
    Accepted,
    Repeated,
    KeyReused,
}

/// <summary>
/// Every accepted mail. A request whose idempotency key was used within 24 hours does not add a mail. Thread-safe.
/// </summary>
sealed class Mailbox
{
    static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    readonly Lock sync = new();
    readonly TimeProvider time;
    readonly MailboxFolder folder;
    readonly List<Mail> mails;
    readonly Dictionary<Guid, Mail> byId;
    readonly Dictionary<string, List<Mail>> byKey;

    public Mailbox(TimeProvider time, MailboxFolder folder)
    {
        (this.time, this.folder) = (time, folder);
        mails = [.. folder.Load()];
        byId = mails.ToDictionary(mail => mail.Id);
        byKey = mails.Where(mail => mail.IdempotencyKey is not null).GroupBy(mail => mail.IdempotencyKey!)
            .ToDictionary(key => key.Key, LastRequest);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Mail> All()
    {
        lock (sync)
        {
            return [.. Enumerable.Reverse(mails)];
        }
    }

    public Mail? Find(Guid id)
    {
        lock (sync)
        {
            return byId.GetValueOrDefault(id);
        }
    }

    /// <summary>Accepts the mails of one request, all or none. Returns their ids, or those of the first request with the same key.</summary>
    public (MailOutcome Outcome, IReadOnlyList<Guid> Ids) Accept(IReadOnlyList<Mail> request, string? key, string payloadHash)
    {
        lock (sync)
        {
            var now = time.GetUtcNow();
            if (key is not null && byKey.TryGetValue(key, out var earlier) && now - earlier[0].ReceivedAt < KeyLife)
            {
                return earlier[0].PayloadHash == payloadHash
                    ? (MailOutcome.Repeated, [.. earlier.Select(mail => mail.Id)])
                    : (MailOutcome.KeyReused, []);
            }

            List<Mail> accepted = [.. request.Select((mail, place) =>
                mail with { IdempotencyKey = key, PayloadHash = payloadHash, Place = place, ReceivedAt = now })];
            foreach (var mail in accepted)
            {
                folder.Save(mail);
                mails.Add(mail);
                byId[mail.Id] = mail;
            }

            if (key is not null && accepted.Count > 0)
            {
                byKey[key] = accepted;
            }

            return (MailOutcome.Accepted, [.. accepted.Select(mail => mail.Id)]);
        }
    }

    static List<Mail> LastRequest(IEnumerable<Mail> sameKey) =>
        [.. sameKey.GroupBy(mail => mail.ReceivedAt).MaxBy(request => request.Key)!.OrderBy(mail => mail.Place)];
}

/// <summary>Stores each mail as a file, so that it is still shown after a restart.</summary>
sealed class MailboxFolder(string? path)
{
    public IReadOnlyList<Mail> Load() => path is null || !Directory.Exists(path)
        ? []
        : [.. Directory.EnumerateFiles(path, "*.json").Select(Read).OfType<Mail>().OrderBy(mail => mail.ReceivedAt).ThenBy(mail => mail.Id)];

    public void Save(Mail mail)
    {
        if (path is null)
        {
            return;
        }

        Directory.CreateDirectory(path);
        var file = Path.Combine(path, $"{mail.Id}.json");
        // A process that is killed during the write leaves a .tmp file, never half a mail.
        File.WriteAllBytes(file + ".tmp", JsonSerializer.SerializeToUtf8Bytes(mail, Mail.Json));
        File.Move(file + ".tmp", file, overwrite: true);
    }

    static Mail? Read(string file)
    {
        try
        {
            using var text = File.OpenRead(file);
            return JsonSerializer.Deserialize<Mail>(text, Mail.Json);
        }
        catch (JsonException)
        {
            // Not a file of the mailbox: it is ignored.
            return null;
        }
    }
}
