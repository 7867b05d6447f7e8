namespace GanKit.Networks;

/// <summary>
/// Networks of one kind, whose checkpoints are recognised by the names and sizes of their weights, for example junyanz's
/// ResnetGenerator of any width and depth.
/// </summary>
/// <remarks>
/// Derive from it to have your own recognised, and pass it beside <see cref="Known"/>:
/// <code>GeneratorFactory.FromCheckpoint(path, new() { Families = [new MyFamily(), .. NetworkFamily.Known] })</code>
/// </remarks>
public abstract class NetworkFamily
{
    /// <summary>The families that this library has networks for.</summary>
    public static IReadOnlyList<NetworkFamily> Known { get; } =
    [
        new ResnetGeneratorFamily(), new UnetGeneratorFamily(), new PatchDiscriminatorFamily(),
        new PixelDiscriminatorFamily(),
        new RrdbGeneratorFamily(), new SrganGeneratorFamily(), new SrganDiscriminatorFamily(),
        new DcganGeneratorFamily(), new DcganDiscriminatorFamily(), new SnDcganDiscriminatorFamily(),
        new SnganGeneratorFamily(), new SnganDiscriminatorFamily(), new MlpGeneratorFamily(), new MlpDiscriminatorFamily(),
    ];

    /// <summary>The family's name, for example <c>junyanz ResnetGenerator</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Says which network of this family has such weights, judged by a few telling ones.</summary>
    /// <remarks>
    /// It need not check them all: the proposed network is built without memory for its numbers, and compared with the file name by name.
    /// Only a network that agrees in everything counts as recognised.
    /// </remarks>
    /// <param name="weights">Names and sizes, without a prefix that all have in common, such as <c>module.</c></param>
    /// <returns>The network, or null where the weights tell of another family.</returns>
    public abstract NetworkSpec? Propose(WeightLayout weights);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
