namespace GanKit.Checkpoints;

/// <summary>One of a file's state dicts.</summary>
/// <param name="Key">Where it stands (<see cref="PyTorchStateDict.Key"/>): <c>netG</c>; empty for the root.</param>
/// <param name="TensorCount">How many tensors it has.</param>
/// <param name="ModuleClass">The Python class, where a module was saved whole; null for a plain state dict.</param>
/// <param name="Networks">
/// Lines on the networks that its names and sizes tell; empty where <see cref="PyTorchFile.Inspect"/> was given nothing that knows networks.
/// </param>
public sealed record WeightsSummary(
    string Key, int TensorCount, string? ModuleClass, IReadOnlyList<string> Networks);
