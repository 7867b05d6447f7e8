using static TorchSharp.torch;

namespace GanKit;

/// <summary>An image (C, H, W) and what to call it in messages.</summary>
internal sealed record NamedImage(string Name, Tensor Pixels);
