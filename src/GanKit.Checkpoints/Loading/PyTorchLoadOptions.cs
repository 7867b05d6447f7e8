namespace GanKit.Checkpoints;

/// <summary>How weights from a file go into a network. The defaults ask for a file that fits exactly.</summary>
public sealed record PyTorchLoadOptions
{
    /// <summary>
    /// Which of the file's networks to take: <c>netG</c>, <c>params_ema</c>, <c>models.generator</c>
    /// (<see cref="PyTorchStateDict.Key"/>), or a part of one, whose names begin so: <c>state_dict.generator</c>. Null,
    /// the default, takes the only one that fits, and of averaged and raw weights of one network the averaged ones.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Turns the file's names into the network's. Default: as they are.</summary>
    public KeyMap KeyMap { get; init => field = Given.NotNull(value); } = new();

    /// <summary>
    /// Tells which of the network's weights keep their values, whatever the file says of them: a last layer of another
    /// size, for example. Default: none.
    /// </summary>
    public Func<string, bool> Ignore { get; init => field = Given.NotNull(value); } = _ => false;

    /// <summary>
    /// Whether each of the file's weights must have its place in the network, and the other way; true, PyTorch's
    /// default. Otherwise what the two have in common is loaded; sizes must agree even then, as in PyTorch, and
    /// something must be in common.
    /// </summary>
    public bool Strict { get; init; } = true;
}
