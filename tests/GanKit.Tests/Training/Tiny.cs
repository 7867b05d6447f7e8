using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Networks and data small enough that a test may train them hundreds of steps.</summary>
internal static class Tiny
{
    public const long LatentSize = 4;

    public static Module<Tensor, Tensor> Generator() =>
        Sequential(Linear(LatentSize, 16), ReLU(), Linear(16, 2));

    public static Module<Tensor, Tensor> Discriminator() =>
        Sequential(Linear(2, 16), LeakyReLU(0.2), Linear(16, 1));

    public static UnconditionalObjective Objective(params IEnumerable<IRegularizer> regularizers) =>
        new(LatentSize, AdversarialLoss.NonSaturating, regularizers);

    public static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> Trainer(
        TrainerOptions? options = null, IObjective<Module<Tensor, Tensor>, Module<Tensor, Tensor>>? objective = null)
    {
        manual_seed(1);
        return AdversarialTrainer.Create(Generator(), Discriminator(), objective ?? Objective(), options);
    }

    public static Batches Data(int samples = 40, int batchSize = 10) =>
        Batches.FromTensor(Toy.EightGaussians(samples, seed: 1), batchSize, seed: 1);

    public static Batch Batch(long size = 10)
    {
        manual_seed(2);
        return new Batch(randn(size, 2));
    }

    public static Tensor[] Snapshot(nn.Module module) =>
        [.. module.parameters().Select(parameter => parameter.detach().clone())];

    /// <summary>The smallest that has convolutions.</summary>
    public static AdversarialTrainer<DcganGenerator, DcganDiscriminator> Convolutional(TrainerOptions options)
    {
        manual_seed(1);
        return AdversarialTrainer.Create(
            new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4),
            new DcganDiscriminator(imageSize: 16, channels: 1, width: 4),
            new UnconditionalObjective(8, AdversarialLoss.NonSaturating), options);
    }

    /// <summary>A batch for it.</summary>
    public static Batch Images()
    {
        manual_seed(2);
        return new Batch(rand(8, 1, 16, 16) * 2 - 1);
    }
}
