using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Loads libtorch, and explains a failure.</summary>
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
                // Where that fails, TorchSharp prints its trace besides throwing it.
                RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
            }
            catch (Exception exception) when (IsLoadFailure(exception))
            {
                throw new NativeBackendException(
                    NativeBackendDiagnosis.Explain(
                        LoaderMessage(exception), HostSystem.Current, BackendVersions.Current), exception);
            }
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
