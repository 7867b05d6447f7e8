namespace GanKit;

/// <summary>Something whose parts are made by several threads at once: see <see cref="OrderedPrefetch{T}"/>.</summary>
internal interface IInParts : IDisposable
{
    /// <summary>How many parts there are, at least one.</summary>
    int Parts { get; }

    /// <summary>Makes a part. It never throws; what goes wrong is kept for whoever takes the whole.</summary>
    /// <param name="part">From 0 to <see cref="Parts"/> - 1, each once.</param>
    void Make(int part);
}
