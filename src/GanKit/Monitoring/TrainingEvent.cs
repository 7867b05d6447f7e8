namespace GanKit.Monitoring;

/// <summary>Something that happened in a run, in words.</summary>
/// <param name="Step">The step after which it was seen.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Title">Two or three words: <c>Mode collapse</c>.</param>
/// <param name="Text">What was seen, with numbers, and what may help: a sentence or two.</param>
public sealed record TrainingEvent(long Step, TrainingEventSeverity Severity, string Title, string Text);
