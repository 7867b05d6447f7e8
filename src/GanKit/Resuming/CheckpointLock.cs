using System.Diagnostics;
using System.Globalization;

namespace GanKit.Resuming;

/// <summary>Lets one training alone write to a folder. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class CheckpointLock : IDisposable
{
    private const string LockName = ".lock", OwnerName = ".owner";

    private readonly FileStream _file;
    private readonly string _owner;

    private CheckpointLock(FileStream file, string owner) => (_file, _owner) = (file, owner);

    /// <exception cref="IOException">Another training has it; the message names its process.</exception>
    internal static CheckpointLock Take(string folder)
    {
        var owner = Path.Combine(folder, OwnerName);
        var path = Path.Combine(folder, LockName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path) && CanWrite(folder))
        {
            throw new IOException(
                $"The folder of checkpoints '{folder}' is in use by another training: {TextOf(owner) ?? "of an unknown process"}. Let that end, or "
                + "write to another folder.", error);
        }

        try
        {
            using var process = Process.GetCurrentProcess();
            File.WriteAllText(owner, string.Create(CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} ({process.ProcessName}) on {Environment.MachineName}, since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC"));
            return new(file, owner);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_owner); // while it is still ours
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next one writes over it.
        }

        _file.Dispose();
    }

    private static string? TextOf(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A folder that can't be written to fails in another way than one that is in use.
    private static bool CanWrite(string folder)
    {
        try
        {
            var name = TemporaryFile.For(Path.Combine(folder, "check"));
            TemporaryFile.Create(name, mode: null).Dispose();
            File.Delete(name);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
