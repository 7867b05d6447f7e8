namespace GanKit.Checkpoints;

/// <summary>A network whose weights have other names in some published files than its own.</summary>
/// <remarks>
/// <see cref="Weights.LoadWeights{TModule}(TModule, string)"/> then takes files of each naming, under wrappers and prefixes too.
/// </remarks>
public interface IHasFileNames
{
    /// <summary>
    /// The namings besides the network's own: what messages call one, and for each name in its files the network's name.
    /// </summary>
    IEnumerable<(string Naming, IReadOnlyDictionary<string, string> ToNetwork)> FileNames { get; }
}
