using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GanKit;

/// <summary>The libtorch that TorchSharp loaded, and what it exports of <see cref="NativeNames"/>.</summary>
internal static class LoadedLibtorch
{
    private static readonly Lazy<nint> Library = new(Load);

    private static string FileName =>
        OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";

    /// <summary>Where functions are; null where one is missing, and then nothing of them is to be used.</summary>
    internal static nint[]? Find(NativeFunction[] functions) =>
        FindMissing(functions) is null ? Array.ConvertAll(functions, function => NativeLibrary.GetExport(Library.Value, function.Here!)) : null;

    /// <summary>The first function that libtorch does not export, as people name it; null where it exports all.</summary>
    internal static string? FindMissing(NativeFunction[] functions) => FindMissing(
        functions, function => function.Here is { } name
            ? Library.Value != 0 && NativeLibrary.TryGetExport(Library.Value, name, out _)
            : torch.__version__.StartsWith(NativeNames.TriedLibtorch + ".", StringComparison.Ordinal));

    /// <inheritdoc cref="FindMissing(NativeFunction[])"/>
    /// <param name="functions">The functions.</param>
    /// <param name="isExported">Whether libtorch has one.</param>
    internal static string? FindMissing(NativeFunction[] functions, Func<NativeFunction, bool> isExported) =>
        Array.Find(functions, function => !isExported(function))?.Plain;

    /// <summary>Warns of all that the library has to do without. To be called when libtorch was loaded.</summary>
    internal static void Check()
    {
        foreach (var (what, functions) in NativeNames.OfLibtorch)
            if (FindMissing(functions) is { } missing)
                Notices.Warn($"libtorch has no '{missing}' as this version of GanKit knows it", $"It is for {what}.");
    }

    // The library that is in the process already, and not another of the same name.
    private static nint Load()
    {
        using var process = Process.GetCurrentProcess();
        var path = process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(path => string.Equals(Path.GetFileName(path), FileName, StringComparison.OrdinalIgnoreCase));
        return NativeLibrary.TryLoad(path ?? FileName, typeof(torch).Assembly, searchPath: null, out var library) ? library : 0;
    }
}
