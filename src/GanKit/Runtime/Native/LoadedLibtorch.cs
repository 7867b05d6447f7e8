using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GanKit;

/// <summary>The libtorch that TorchSharp loaded, and what it exports of <see cref="NativeNames"/>.</summary>
internal static class LoadedLibtorch
{
    private static readonly Lazy<Dictionary<NativeFunction, nint>> Addresses = new(LookUpAll);

    /// <summary>Where functions are; null where one is missing, and then nothing of them is to be used.</summary>
    internal static nint[]? Find(NativeFunction[] functions) =>
        FindMissing(functions) is null ? Array.ConvertAll(functions, function => Addresses.Value[function]) : null;

    /// <summary>Where a function of libtorch's library for GPUs is; 0 where there is none.</summary>
    internal static nint FindForCuda(NativeFunction function) =>
        Load("torch_cuda") is var library and not 0 && NativeLibrary.TryGetExport(library, function.Here!, out var address) ? address : 0;

    /// <summary>The first function that libtorch does not export, by its readable name; null where it exports all.</summary>
    internal static string? FindMissing(NativeFunction[] functions) =>
        FindMissing(functions, function => Addresses.Value.GetValueOrDefault(function) != 0);

    /// <inheritdoc cref="FindMissing(NativeFunction[])"/>
    /// <param name="functions">The functions.</param>
    /// <param name="isExported">Whether libtorch has one.</param>
    internal static string? FindMissing(NativeFunction[] functions, Func<NativeFunction, bool> isExported) =>
        Array.Find(functions, function => !isExported(function))?.Plain;

    /// <summary>Looks for all names once, when the first is asked for, and warns of what the library has to do without.</summary>
    private static Dictionary<NativeFunction, nint> LookUpAll()
    {
        var library = Load("torch_cpu");
        var addresses = NativeNames.OfLibtorch.SelectMany(use => use.Functions).ToDictionary(function => function, AddressOf);
        foreach (var (what, functions) in NativeNames.OfLibtorch)
            if (FindMissing(functions, function => addresses[function] != 0) is { } missing)
                Notices.Warn($"libtorch has no '{missing}' as this version of GanKit knows it", $"It is for {what}.");
        return addresses;

        nint AddressOf(NativeFunction function)
        {
            if (function.Here is { } name)
                return library != 0 && NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
            // It is called by TorchScript, and not by its address.
            return torch.__version__.StartsWith(NativeNames.TriedLibtorch + ".", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    // The library that is in the process already, and not another of the same name.
    private static nint Load(string name)
    {
        NativeBackend.EnsureLoaded();
        var file = OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
        using var process = Process.GetCurrentProcess();
        var path = process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(path => string.Equals(Path.GetFileName(path), file, StringComparison.OrdinalIgnoreCase));
        return NativeLibrary.TryLoad(path ?? file, typeof(torch).Assembly, searchPath: null, out var library) ? library : 0;
    }
}
