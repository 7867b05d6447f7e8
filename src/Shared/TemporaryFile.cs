using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>
/// Names of files that are being written. A name has the writing process in it, so that files of killed processes differ from files in use.
/// </summary>
/// <remarks>
/// A name ends in <c>.gankit-HOST-PID-START-N.tmp</c>. HOST stands for the machine since it was started and, on Linux, for the processes
/// that see each other; START is when the process began, so that another one with the same number is not taken for it. Files of another
/// host are left alone for a day.
/// </remarks>
internal static partial class TemporaryFile
{
    private const int LongestName = 255, LongestEnding = 80; // bytes of a name; those of an ending, which are fewer
    private const int MostFolders = 1000;

    private static readonly TimeSpan UntilForgotten = TimeSpan.FromDays(1);
    private static readonly TimeSpan PauseForAnEntry = TimeSpan.FromMicroseconds(20);

    private static readonly string Host = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{Environment.MachineName}\n{TextOf("/proc/sys/kernel/random/boot_id")}\n{new FileInfo("/proc/self/ns/pid").LinkTarget}"))[..6]);

    private static readonly Lazy<string> OwnStart = new(() =>
    {
        using var self = Process.GetCurrentProcess();
        return StartOf(self) ?? Unknown;
    });

    // When a folder may be looked through again.
    private static readonly ConcurrentDictionary<string, long> NextLook = new();

    // Odd in one assembly and even in the other, as both have this class.
#if CHECKPOINTS
    private static int _count = 1;
#else
    private static int _count;
#endif

    private const string Unknown = "0";

    /// <summary>A name beside a file's, for this process alone.</summary>
    internal static string For(string path)
    {
        var name = Path.GetFileName(path);
        while (Encoding.UTF8.GetByteCount(name) > LongestName - LongestEnding)
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        var ending = string.Create(
            CultureInfo.InvariantCulture, $".gankit-{Host}-{Environment.ProcessId}-{OwnStart.Value}-{Interlocked.Add(ref _count, 2)}.tmp");
        return Path.Combine(Path.GetDirectoryName(path)!, name + ending);
    }

    /// <summary>Makes the file, which no other process can have.</summary>
    internal static FileStream Create(string name, UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return new FileStream(name, options);
    }

    /// <summary>Deletes the files of ended processes in a folder. A file that can't be deleted is no error.</summary>
    /// <remarks>A folder of very many files is not looked through for each that is added.</remarks>
    internal static void ClearAbandoned(string folder, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        if (NextLook.TryGetValue(folder, out var next) && time.GetTimestamp() < next)
            return;
        var entries = 0;
        var everything = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true };
        var candidates = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToFullPath(), everything)
        {
            ShouldIncludePredicate = (ref entry) =>
            {
                entries++;
                return entry.FileName.EndsWith(".tmp", StringComparison.Ordinal) && !entry.IsDirectory;
            },
        };
        Quietly(() =>
        {
            foreach (var path in candidates.Where(IsAbandoned).ToArray())
                Quietly(() => File.Delete(path));
        });

        if (NextLook.Count > MostFolders)
            NextLook.Clear();
        NextLook[folder] = time.GetTimestamp() + (long)(entries * PauseForAnEntry.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Whether a file is, by its name, a temporary one of an ended process.</summary>
    internal static bool IsAbandoned(string path)
    {
        var match = Pattern().Match(Path.GetFileName(path));
        if (!match.Success || !int.TryParse(match.Groups["pid"].Value, CultureInfo.InvariantCulture, out var pid))
            return false;
        return match.Groups["host"].Value == Host
            ? !IsRunning(pid, match.Groups["start"].Value)
            : DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > UntilForgotten;
    }

    private static void Quietly(Action act)
    {
        try
        {
            act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process was quicker, or the file or the folder is another user's.
        }
    }

    private static bool IsRunning(int pid, string start)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return start == Unknown || StartOf(process) is not { } found || found == start;
        }
        catch (ArgumentException)
        {
            return false; // There is none with this number.
        }
    }

    /// <summary>
    /// When a process began, in units of the system; null where it does not tell. On Linux from its own count, as .NET's time
    /// moves with the clock; one that has ended and waits for its parent began at no time.
    /// </summary>
    private static string? StartOf(Process process)
    {
        if (OperatingSystem.IsLinux())
        {
            var text = TextOf(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/stat"));
            var fields = text?[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields is ["Z" or "X", ..] ? "ended" : fields?.ElementAtOrDefault(19);
        }

        try
        {
            return process.StartTime.ToFileTimeUtc().ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    private static string? TextOf(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\.gankit-(?<host>[0-9a-f]{12})-(?<pid>[1-9][0-9]{0,9})-(?<start>[0-9]+)-[1-9][0-9]*\.tmp\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
