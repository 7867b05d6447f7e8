using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Runs modules in turn.</summary>
internal static class Stages
{
    /// <summary>
    /// Sends a tensor through modules; intermediate tensors are freed at once, not at the end, since large images
    /// through dozens of blocks would fill the memory.
    /// </summary>
    /// <returns>A tensor that the caller owns.</returns>
    internal static Tensor Through(this Tensor input, IEnumerable<Module<Tensor, Tensor>> modules)
    {
        var current = input.alias();
        foreach (var module in modules)
        {
            var next = module.call(current);
            current.Dispose();
            current = next;
        }

        return current;
    }

    /// <summary>
    /// Sends maps through modules, and the condition to those of them that take one. Intermediate tensors belong to the caller's dispose
    /// scope.
    /// </summary>
    internal static Tensor Through(this Tensor maps, IEnumerable<nn.Module> modules, Tensor condition)
    {
        foreach (var module in modules)
        {
            maps = module is Module<Tensor, Tensor, Tensor> conditional
                ? conditional.call(maps, condition)
                : ((Module<Tensor, Tensor>)module).call(maps);
        }

        return maps;
    }

    /// <summary>Judges as the layers' own forward does; the features are the outputs of the LeakyReLUs.</summary>
    /// <returns>Tensors that the caller owns.</returns>
    internal static DiscriminatorOutput Discriminate(this Sequential layers, Tensor images)
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

        return new DiscriminatorOutput(current.MoveToOuterDisposeScope(), features);
    }
}
