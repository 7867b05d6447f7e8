#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <content>Names that both packages use.</content>
internal static partial class NativeNames
{
    /// <summary>The private constant of TorchSharp's class <c>torch</c> with the version of its libtorch.</summary>
    internal const string LibtorchVersionField = "libtorchPackageVersion";

    /// <summary>The C library's on Linux, for <see cref="FileFacts"/>.</summary>
    internal const string Statx = "statx", Access = "access", Chown = "chown";
}
