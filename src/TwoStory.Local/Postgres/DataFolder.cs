using System.Globalization;
using System.Security.Cryptography;

namespace TwoStory.Local.Postgres;

/// <summary>A locked data folder, and the folder of its PostgreSQL files.</summary>
/// <remarks>
/// That folder is the data folder itself, except when we are root and the account that runs PostgreSQL cannot pass the
/// folders above it (a checkout under <c>/root</c>): then it is a folder under <c>/var/lib/twostory</c> or the
/// temporary folder, named by the file <c>postgres-location</c> in the data folder.
/// </remarks>
sealed class DataFolder : IDisposable
{
    readonly List<DataFolderLock> locks = [];

    DataFolder(string directory) => Directory = directory;

    public string Directory { get; }

    public string Place { get; private set; } = "";

    public PostgresAccount Account { get; private set; } = PostgresAccount.Ourselves;

    public string ClusterFolder => Path.Combine(Place, "postgres");

    public string BinariesFolder => Path.Combine(Place, "postgres-binaries");

    string LocationFile => Path.Combine(Directory, "postgres-location");

    /// <exception cref="DataFolderInUseException">Another living TwoStory process uses it.</exception>
    public static async Task<DataFolder> OpenAsync(string directory, CancellationToken cancel)
    {
        var folder = new DataFolder(Path.GetFullPath(directory));
        try
        {
            folder.Lock(folder.Directory);
            await folder.SettleAsync(cancel);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => locks.ForEach(each => each.Dispose());

    async Task SettleAsync(CancellationToken cancel)
    {
        Place = File.Exists(LocationFile) ? (await File.ReadAllTextAsync(LocationFile, cancel)).Trim() : Directory;
        var exists = System.IO.Directory.Exists(ClusterFolder);
        Account = await PostgresAccount.ChooseAsync(exists ? ClusterFolder : null, cancel);
        if (exists && !await Account.CanUseAsync(ClusterFolder, cancel))
        {
            throw new PostgresUnavailableException(
                $"The user {Account.User}, which runs PostgreSQL, cannot access {ClusterFolder}: "
                + "let it pass the folders above, or give --data DIR.");
        }

        if (!exists && Place == Directory && !await SuitsAsync(Directory, cancel))
        {
            await MoveAwayAsync(cancel);
        }

        if (Place != Directory)
        {
            Lock(Place);
        }
    }

    async Task MoveAwayAsync(CancellationToken cancel)
    {
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        foreach (var place in new[] { $"/var/lib/twostory/{id}", $"/tmp/twostory-{id}" })
        {
            if (MakePassable(place) && await SuitsAsync(place, cancel))
            {
                Place = place;
                await File.WriteAllTextAsync(LocationFile, place, cancel);
                return;
            }
        }

        throw new PostgresUnavailableException(
            $"The user {Account.User}, which runs PostgreSQL, cannot access {Directory}, /var/lib/twostory or /tmp: give --data DIR.");
    }

    /// <summary>Whether the account can own a folder in this location.</summary>
    async Task<bool> SuitsAsync(string place, CancellationToken cancel)
    {
        var test = Path.Combine(place, $"test-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        System.IO.Directory.CreateDirectory(test);
        try
        {
            return await Account.TakeAsync(test, cancel);
        }
        finally
        {
            System.IO.Directory.Delete(test);
        }
    }

    static bool MakePassable(string place)
    {
        const UnixFileMode passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            var missing = Path.GetDirectoryName(place) is { } parent && !System.IO.Directory.Exists(parent) ? parent : null;
            System.IO.Directory.CreateDirectory(place);
            // root's umask may forbid others to pass.
            foreach (var made in new[] { missing, place }.OfType<string>())
            {
                File.SetUnixFileMode(made, passable);
            }

            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    void Lock(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        locks.Add(DataFolderLock.Take(folder, Directory));
    }
}

/// <summary>Locks a data folder for this process. The operating system releases the lock when the process ends.</summary>
sealed class DataFolderLock : IDisposable
{
    readonly FileStream file;
    readonly string ownerFile;

    DataFolderLock(FileStream file, string ownerFile) => (this.file, this.ownerFile) = (file, ownerFile);

    /// <param name="folder">The folder to lock; must exist.</param>
    /// <param name="dataDirectory">The folder as the user named it, for the message.</param>
    /// <exception cref="DataFolderInUseException">Another running process has the lock.</exception>
    public static DataFolderLock Take(string folder, string dataDirectory)
    {
        var path = Path.Combine(folder, "twostory.lock");
        // The lock file itself cannot be read while it is locked, so the owner is written to another file.
        var ownerFile = Path.Combine(folder, "twostory.pid");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse) when (File.Exists(path))
        {
            var owner = File.Exists(ownerFile) ? $" (process {File.ReadAllText(ownerFile).Trim()})" : "";
            throw new DataFolderInUseException(
                $"The data folder {dataDirectory} is in use by another TwoStory{owner}. Stop it or give --data DIR.", inUse);
        }

        File.WriteAllText(ownerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DataFolderLock(file, ownerFile);
    }

    public void Dispose()
    {
        File.Delete(ownerFile);
        file.Dispose();
    }
}
