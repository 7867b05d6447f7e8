using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace GanKit;

/// <summary>Loads libtorch, and explains itself where that fails.</summary>
internal static class NativeBackend
{
    private const string TorchSharpLibrary = "LibTorchSharp";

    private static readonly Lock Gate = new();
    private static volatile bool _loaded;

    /// <summary>
    /// Loads libtorch through TorchSharp, once; later calls cost nothing. Entry points of the library call this first.
    /// </summary>
    /// <exception cref="NativeBackendException">It does not load; the message names the cause and the cure.</exception>
    internal static void EnsureLoaded()
    {
        if (_loaded)
            return;
        lock (Gate)
        {
            try
            {
                // The type initialiser of `torch` is where TorchSharp loads its native library, in its own order.
                RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
            }
            catch (Exception exception) when (IsLoadFailure(exception))
            {
                throw new NativeBackendException(
                    NativeBackendDiagnosis.Explain(
                        LoaderMessage(exception), HostSystem.Current, BackendVersions.Current), exception);
            }
            LoadedLibtorch.Check();
            _loaded = true;
        }
    }

    /// <summary>
    /// <see cref="EnsureLoaded"/> for a network or a layer: the argument of its base constructor, which is the first
    /// thing that needs libtorch. A field with an initialiser would come before, so modules make theirs in the body.
    /// </summary>
    /// <param name="name">The module's name, which is given back.</param>
    /// <exception cref="NativeBackendException">libtorch does not load.</exception>
    internal static string For(string name)
    {
        EnsureLoaded();
        return name;
    }

    private static bool IsLoadFailure(Exception exception) => exception
        is TypeInitializationException
        or NotSupportedException
        or DllNotFoundException
        or EntryPointNotFoundException
        or BadImageFormatException;

    /// <summary>
    /// TorchSharp reports where it looked but not what the system's loader said, so it is asked again.
    /// </summary>
    private static string LoaderMessage(Exception exception)
    {
        try
        {
            NativeLibrary.Load(TorchSharpLibrary, typeof(torch).Assembly, searchPath: null);
            return exception.GetBaseException().Message;
        }
        catch (Exception loaderException) when (IsLoadFailure(loaderException))
        {
            return loaderException.Message;
        }
    }
}

/// <summary>The versions that packages with libtorch have to be of, for the commands in messages.</summary>
/// <param name="TorchSharp">TorchSharp's own, which <c>TorchSharp-cpu</c> and its kin have too.</param>
/// <param name="Libtorch">That of <c>libtorch-cpu-linux-x64</c> and its kin; null where this TorchSharp does not tell.</param>
internal sealed record BackendVersions(string TorchSharp, string? Libtorch)
{
    /// <summary>Of the TorchSharp that runs here. It loads nothing.</summary>
    internal static BackendVersions Current => new(GanKitInfo.VersionOf(typeof(torch).Assembly), OfLibtorch());

    /// <summary>What brings the libtorch of this TorchSharp, for messages.</summary>
    internal static string Packages =>
        $"the packages TorchSharp-cpu, TorchSharp-cuda-linux and TorchSharp-cuda-windows, version {Current.TorchSharp}, bring";

    /// <summary>The command that adds libtorch for the processor of one platform.</summary>
    /// <param name="package">The platform's package.</param>
    internal string Command(string package) => Libtorch is null
        ? $"dotnet add package TorchSharp-cpu --version {TorchSharp}"
        : $"dotnet add package {package} --version {Libtorch}";

    // torch.__version__ would load libtorch, and fail where that fails; the constant behind it does not.
    private static string? OfLibtorch() =>
        typeof(torch).GetField(NativeNames.LibtorchVersionField, BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue()
            is string text && Version.TryParse(text, out var version)
            ? version.ToString(version.Revision > 0 ? 4 : 3)
            : null;
}
