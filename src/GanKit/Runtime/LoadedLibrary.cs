using System.Diagnostics;

namespace GanKit;

/// <summary>The native libraries that are in this process already.</summary>
internal static class LoadedLibrary
{
    /// <summary>
    /// The library that TorchSharp loaded, and not another of the same name; null where that can't be told.
    /// </summary>
    /// <param name="file">Its file name, without a folder.</param>
    internal static string? FindPath(string file)
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(path => string.Equals(Path.GetFileName(path), file, StringComparison.OrdinalIgnoreCase));
    }
}
