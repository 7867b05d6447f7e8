namespace GanKit;

/// <summary>
/// TorchSharp's optimisers with steps of libtorch's kernels. Each has the name of its base, because TorchSharp writes that
/// into files of their states, and reads no other: so those files are each other's.
/// </summary>
internal static partial class Fused;
