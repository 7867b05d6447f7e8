using GanKit.Data;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>A step of <see cref="AdversarialTrainer{TG, TD}"/>.</summary>
internal sealed class TrainerStep<TG, TD> : ITrainingStep
    where TG : nn.Module
    where TD : nn.Module
{
    private readonly AdversarialTrainer<TG, TD> _trainer;
    private readonly Batch _batch;
    private StepResult? _result;

    internal TrainerStep(
        TG generator, TD discriminator, IObjective<TG, TD> objective, TrainerOptions options, Batch batch) =>
        (_trainer, _batch) = (new(generator, discriminator, objective, options), batch);

    public nn.Module Generator => _trainer.Generator;

    public nn.Module Discriminator => _trainer.Discriminator;

    public void Run() => _result = _trainer.Step(_batch);

    public (double Discriminator, double Generator) Losses()
    {
        var metrics = _result?.Metrics ?? throw new InvalidOperationException("There are no losses before the first step.");
        return (metrics["discriminator"], metrics["generator"]);
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _batch.Dispose();
        Generator.Dispose();
        Discriminator.Dispose();
    }
}
