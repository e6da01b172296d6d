using System.Text.Json;

namespace TwoStory.Simulators.Mail;

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
