namespace GanKit.Checkpoints;

/// <summary>A weight on its way from a file into a network.</summary>
/// <param name="SavedName">What the file calls it; of what is computed, the main one of the weights it is computed from.</param>
/// <param name="Tensor">Its numbers.</param>
/// <param name="Origin">How it was computed; null where it stands in the file.</param>
internal sealed record FileWeight(string SavedName, PyTorchTensor Tensor, string? Origin = null);
