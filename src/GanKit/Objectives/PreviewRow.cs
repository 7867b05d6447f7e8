using static TorchSharp.torch;

namespace GanKit;

/// <summary>One row of a preview.</summary>
/// <param name="Label">The pictures' label: <c>input</c>, <c>class 3</c>.</param>
/// <param name="Images">Pictures (N, C, H, W) in [-1, 1]. Rows may differ in number, size and channels.</param>
public sealed record PreviewRow(string Label, Tensor Images);
