namespace GanKit.Checkpoints;

/// <summary>A device that a file names. Nothing is asked of that device.</summary>
/// <param name="Name">PyTorch's name: <c>cpu</c>, <c>cuda:0</c>, <c>mps</c>...</param>
public sealed record PyTorchDevice(string Name);
