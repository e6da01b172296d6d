namespace TwoStory.Local.Postgres;

/// <summary>The account of initdb and the server: the current user, or another user for root, which PostgreSQL refuses.</summary>
/// <param name="User">Name or number of the other user; null when we run it ourselves.</param>
/// <param name="Owner">The owner for <c>chown</c>; null for the current user.</param>
/// <param name="Prefix">The words before a command that make it run as that user.</param>
sealed record PostgresAccount(string? User, string? Owner, IReadOnlyList<string> Prefix)
{
    public static PostgresAccount Ourselves { get; } = new(null, null, []);

    public static bool IsNeeded => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The owner of an existing cluster's folder; for a new one (null) the user <c>postgres</c>, else <c>nobody</c>.</summary>
    public static async Task<PostgresAccount> ChooseAsync(string? cluster, CancellationToken cancel)
    {
        if (!IsNeeded)
        {
            return Ourselves;
        }

        var candidates = cluster is null
            ? [await LookUpAsync("postgres", cancel), await LookUpAsync("nobody", cancel)]
            : new[] { await OwnerOfAsync(cluster, cancel) };
        foreach (var (uid, gid, name) in candidates.OfType<(string, string, string?)>())
        {
            foreach (var prefix in Switches(uid, gid, name))
            {
                if ((await Command.RunAsync([.. prefix, "/bin/sh", "-c", ":"], cancel)).Succeeded)
                {
                    return new PostgresAccount(name ?? uid, $"{uid}:{gid}", prefix);
                }
            }
        }

        throw new PostgresUnavailableException(
            "PostgreSQL refuses to run as root, and switching to the user postgres or nobody failed here: "
            + "start TwoStory as another user, or give --database postgres://user:password@host/database");
    }

    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancel) =>
        Command.RunAsync([.. Prefix, .. command], cancel);

    /// <summary>Makes this account the owner of the folder and returns whether it can use it.</summary>
    public async Task<bool> TakeAsync(string folder, CancellationToken cancel)
    {
        if (Owner is null)
        {
            return true;
        }

        return (await Command.RunAsync(["chown", "-R", Owner, folder], cancel)).Succeeded
            && await CanUseAsync(folder, cancel);
    }

    /// <summary>Whether this account owns the folder and can traverse every parent folder.</summary>
    public async Task<bool> CanUseAsync(string folder, CancellationToken cancel) =>
        Owner is null || (await RunAsync(
            ["/bin/sh", "-c", "test -O \"$1\" && test -w \"$1\" && test -x \"$1\"", "sh", folder], cancel)).Succeeded;

    static IEnumerable<IReadOnlyList<string>> Switches(string uid, string gid, string? name)
    {
        yield return ["setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups", "--"];
        if (name is not null)
        {
            yield return ["runuser", "-u", name, "--"];
            yield return ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name];
            yield return ["sudo", "-n", "-u", name, "--"];
        }
    }

    static async Task<(string, string, string?)?> LookUpAsync(string name, CancellationToken cancel)
    {
        var uid = await Command.RunAsync(["id", "-u", name], cancel);
        var gid = await Command.RunAsync(["id", "-g", name], cancel);
        return uid.Succeeded && gid.Succeeded ? (uid.Output.Trim(), gid.Output.Trim(), name) : null;
    }

    static async Task<(string, string, string?)?> OwnerOfAsync(string cluster, CancellationToken cancel)
    {
        var format = OperatingSystem.IsMacOS() ? "-f" : "-c";
        var owner = await Command.RunAsync(["stat", format, "%u %g", cluster], cancel);
        if (!owner.Succeeded)
        {
            return null;
        }

        var ids = owner.Output.Trim().Split(' ');
        var name = await Command.RunAsync(["id", "-nu", ids[0]], cancel);
        return (ids[0], ids[1], name.Succeeded ? name.Output.Trim() : null);
    }
}
