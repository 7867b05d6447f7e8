namespace GanKit.Checkpoints;

/// <summary>Recognises a <c>torch.nn.Module</c> that was saved whole, whatever its class.</summary>
internal static class SavedModule
{
    /// <summary>
    /// The module's attributes, among them <c>_parameters</c>, <c>_buffers</c> and <c>_modules</c>; null where the
    /// record is no module. Most modules are pickled with their attributes as state; StyleGAN's give them to a
    /// function, in a dictionary under <c>state</c>.
    /// </summary>
    internal static PyTorchDict? AttributesOf(PyTorchRecord record)
    {
        if (IsModule(record.State))
            return (PyTorchDict)record.State!;
        return record.Arguments.OfType<PyTorchDict>().Select(argument => argument.GetValueOrDefault("state"))
            .FirstOrDefault(IsModule) as PyTorchDict;
    }

    /// <summary>
    /// The module's class: the record's own, or for StyleGAN's what stands beside the attributes as <c>class_name</c>.
    /// </summary>
    internal static string ClassOf(PyTorchRecord record) =>
        record.Arguments.OfType<PyTorchDict>().Select(argument => argument.GetValueOrDefault("class_name"))
            .FirstOrDefault(name => name is string) as string ?? record.Class.FullName;

    private static bool IsModule(object? state) => state is PyTorchDict attributes
        && attributes.GetValueOrDefault("_parameters") is PyTorchDict
            && attributes.GetValueOrDefault("_modules") is PyTorchDict;
}
