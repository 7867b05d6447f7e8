using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Runs the layers of a discriminator, and keeps what its activations give.</summary>
internal static class FeatureStages
{
    /// <summary>Judges as the layers' own forward does; the features are the outputs of the LeakyReLUs.</summary>
    /// <returns>Tensors that the caller owns.</returns>
    internal static Judgement Judge(this Sequential layers, Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = new List<Tensor>();
        var current = images;
        foreach (var layer in layers.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            current = layer.call(current);
            if (layer is LeakyLayer)
                features.Add(current.MoveToOuterDisposeScope());
        }

        return new Judgement(current.MoveToOuterDisposeScope(), features);
    }
}
