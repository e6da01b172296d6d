using System.Globalization;

namespace TwoStory.Local.Postgres;

/// <summary>Keeps a data folder for this process alone; the operating system lets go of it when the process dies.</summary>
sealed class DataFolderLock : IDisposable
{
    readonly FileStream file;
    readonly string ownerFile;

    DataFolderLock(FileStream file, string ownerFile) => (this.file, this.ownerFile) = (file, ownerFile);

    /// <param name="folder">The folder to lock; must exist.</param>
    /// <param name="dataDirectory">The folder as the user named it, for the message.</param>
    /// <exception cref="DataFolderInUseException">Another living process holds it.</exception>
    public static DataFolderLock Take(string folder, string dataDirectory)
    {
        var path = Path.Combine(folder, "twostory.lock");
        // The lock file itself cannot be read while it is locked, so the owner is told beside it.
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
