namespace GanKit;

/// <summary>One of a file's state dicts, and which networks it holds.</summary>
/// <param name="Key">Where it stands (<see cref="PyTorchStateDict.Key"/>): <c>netG</c>; empty for the root.</param>
/// <param name="TensorCount">How many tensors it has.</param>
/// <param name="ModuleClass">The Python class, where a module was saved whole; null for a plain state dict.</param>
/// <param name="Networks">
/// What its names and sizes tell: one network, known or not; several where it holds several known ones.
/// </param>
public sealed record WeightsSummary(
    string Key, int TensorCount, string? ModuleClass, IReadOnlyList<NetworkRecognition> Networks);
