using System.Runtime.CompilerServices;

namespace GanKit.Resuming;

/// <summary>The name of the run that a trainer does: that of the checkpoint which it resumed from, or a new one.</summary>
internal static class RunIdentity
{
    private static readonly ConditionalWeakTable<ITrainer, string> Names = [];

    internal static string Of(ITrainer trainer) => Names.GetValue(trainer, _ => Guid.NewGuid().ToString("N"));

    internal static void Set(ITrainer trainer, string name) => Names.AddOrUpdate(trainer, name);
}
