namespace GanKit;

/// <summary>
/// A generator with a class as its condition, and a known number of classes. Previews then show a row a class, and
/// <c>trainer.Sample</c> without a label goes through them in turn.
/// </summary>
public interface IClassConditional
{
    /// <summary>The number of classes, whose labels are 0 to one less; <see langword="null"/> where the condition is something else.</summary>
    long? ClassCount { get; }
}
