namespace GanKit.Checkpoints;

/// <summary>The name of a Python class or function in a file. It is only a name: nothing is imported.</summary>
/// <param name="Module">The module, for example <c>torch.nn.modules.conv</c>.</param>
/// <param name="Name">The name in it, for example <c>Conv2d</c>.</param>
public sealed record PyTorchClass(string Module, string Name)
{
    /// <summary>Module and name: <c>torch.nn.modules.conv.Conv2d</c>.</summary>
    public string FullName => $"{Module}.{Name}";
}
