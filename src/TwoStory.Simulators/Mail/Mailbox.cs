using System.Text.Json;

namespace TwoStory.Simulators.Mail;

/// <summary>What became of a request to send.</summary>
enum MailOutcome
{
    Accepted,
    Repeated,
    KeyReused,
}

/// <summary>
/// Every mail that was accepted. A request whose idempotency key was seen within 24 hours brings no second mail; safe for
/// many threads.
/// </summary>
sealed class Mailbox
{
    static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    readonly Lock gate = new();
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
        lock (gate)
        {
            return [.. Enumerable.Reverse(mails)];
        }
    }

    public Mail? Find(Guid id)
    {
        lock (gate)
        {
            return byId.GetValueOrDefault(id);
        }
    }

    /// <summary>Takes the mails of one request, all or none; answers the ids they have, or had the first time.</summary>
    public (MailOutcome Outcome, IReadOnlyList<Guid> Ids) Accept(IReadOnlyList<NewMail> request, string? key, string payloadHash)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (key is not null && byKey.TryGetValue(key, out var earlier) && now - earlier[0].ReceivedAt < KeyLife)
            {
                return earlier[0].PayloadHash == payloadHash
                    ? (MailOutcome.Repeated, [.. earlier.Select(mail => mail.Id)])
                    : (MailOutcome.KeyReused, []);
            }

            List<Mail> accepted = [.. request.Select((mail, place) => mail.Accepted(key, payloadHash, place, now))];
            foreach (var mail in accepted)
            {
                folder.Keep(mail);
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

/// <summary>Keeps each mail as a file, so that a second start still shows it.</summary>
sealed class MailboxFolder(string? path)
{
    public IReadOnlyList<Mail> Load() => path is null || !Directory.Exists(path)
        ? []
        : [.. Directory.EnumerateFiles(path, "*.json").Select(Read).OfType<Mail>().OrderBy(mail => mail.ReceivedAt).ThenBy(mail => mail.Id)];

    public void Keep(Mail mail)
    {
        if (path is null)
        {
            return;
        }

        Directory.CreateDirectory(path);
        var file = Path.Combine(path, $"{mail.Id}.json");
        // A process killed while it writes leaves a .tmp, never half a mail.
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
            // Somebody else's file: the mailbox shows what it can read.
            return null;
        }
    }
}
