using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>The training that Optimizers/training.py does in Python: the same network, numbers and optimisers.</summary>
internal static class OptimizerCases
{
    /// <summary>The optimisers with the settings of training.py, or with others, which a file has to replace.</summary>
    public static readonly Dictionary<string, Func<Parameter[], bool, optim.Optimizer>> All = new()
    {
        ["adam"] = (parameters, same) =>
            same ? optim.Adam(parameters, 0.02, 0.5, 0.99) : optim.Adam(parameters, 1, 0, 0, 1, 1, true, true),
        ["adam_amsgrad"] = (parameters, same) =>
            same ? optim.Adam(parameters, 0.02, eps: 1e-6, weight_decay: 0.1, amsgrad: true) : optim.Adam(parameters, 1),
        ["adam_maximize"] = (parameters, same) =>
            same ? optim.Adam(parameters, 0.01, maximize: true) : optim.Adam(parameters, 1),
        ["adamw"] = (parameters, same) => same ? optim.AdamW(parameters, 0.02, 0.8, 0.95, weight_decay: 0.01) : optim.AdamW(
            parameters, 1, 0, 0, 1, 1, true, true),
        ["adamw_amsgrad"] = (parameters, same) =>
            same ? optim.AdamW(parameters, 0.02, weight_decay: 0.2, amsgrad: true) : optim.AdamW(parameters, 1),
        ["adamw_groups"] = (parameters, same) => optim.AdamW(new AdamW.ParamGroup[]
        {
            new(parameters[..2], new() { LearningRate = same ? 0.02 : 1, weight_decay = same ? 0.5 : 1 }),
            new(parameters[2..], new() { LearningRate = same ? 0.05 : 1, weight_decay = same ? 0.01 : 1 }),
        }),
        ["sgd"] = (parameters, same) =>
            same ? optim.SGD(parameters, 0.1) : optim.SGD(parameters, 1, 0.5, 0.5, 1, maximize: true),
        ["sgd_momentum"] = (parameters, same) =>
            same ? optim.SGD(parameters, 0.1, 0.9, weight_decay: 0.01) : optim.SGD(parameters, 1),
        ["sgd_nesterov"] = (parameters, same) =>
            same ? optim.SGD(parameters, 0.1, 0.8, nesterov: true) : optim.SGD(parameters, 1),
        ["sgd_dampening"] = (parameters, same) =>
            same ? Decaying(optim.SGD(parameters, 0.1, 0.9, 0.4, maximize: true)) : optim.SGD(parameters, 1),
        ["rmsprop"] = (parameters, same) =>
            same ? optim.RMSProp(parameters, 0.01, alpha: 0.9) : optim.RMSProp(parameters, 1, 0.1, 1, 1, 0.5, true),
        ["rmsprop_centered"] = (parameters, same) => same
            ? optim.RMSProp(parameters, 0.01, weight_decay: 0.1, momentum: 0.7, centered: true) : optim.RMSProp(
                parameters, 1),
    };

    /// <summary>The same of <see cref="Optimizers"/>.</summary>
    public static readonly Dictionary<string, Func<Parameter[], bool, optim.Optimizer>> Ours = new()
    {
        ["adam"] = (parameters, same) => same ? Optimizers.Adam(parameters, 0.02, (0.5, 0.99)) : Optimizers.Adam(
            parameters, 1, (0, 0), 1, 1, true, true),
        ["adam_amsgrad"] = (parameters, same) => same
            ? Optimizers.Adam(parameters, 0.02, eps: 1e-6, weightDecay: 0.1, amsgrad: true) : Optimizers.Adam(
                parameters, 1),
        ["adam_maximize"] = (parameters, same) =>
            same ? Optimizers.Adam(parameters, 0.01, maximize: true) : Optimizers.Adam(parameters, 1),
        ["adamw"] = (parameters, same) => same ? Optimizers.AdamW(parameters, 0.02, (0.8, 0.95)) : Optimizers.AdamW(
            parameters, 1, (0, 0), 1, 1, true, true),
        ["adamw_amsgrad"] = (parameters, same) =>
            same ? Optimizers.AdamW(parameters, 0.02, weightDecay: 0.2, amsgrad: true) : Optimizers.AdamW(parameters, 1),
        ["adamw_groups"] = (parameters, same) => Optimizers.AdamW(
            [
                new AdamW.ParamGroup { Parameters = parameters[..2], Options = new() { weight_decay = same ? 0.5 : 1 } },
                new AdamW.ParamGroup { Parameters = parameters[2..], Options = new() { LearningRate = same ? 0.05 : 1 } },
            ],
            same ? 0.02 : 1),
        ["sgd"] = (parameters, same) =>
            same ? Optimizers.Sgd(parameters, 0.1) : Optimizers.Sgd(parameters, 1, 0.5, 0.5, 1, maximize: true),
        ["sgd_momentum"] = (parameters, same) =>
            same ? Optimizers.Sgd(parameters, 0.1, 0.9, weightDecay: 0.01) : Optimizers.Sgd(parameters, 1),
        ["sgd_nesterov"] = (parameters, same) =>
            same ? Optimizers.Sgd(parameters, 0.1, 0.8, nesterov: true) : Optimizers.Sgd(parameters, 1),
        ["sgd_dampening"] = (parameters, same) =>
            same ? Optimizers.Sgd(parameters, 0.1, 0.9, 0.4, 0.1, maximize: true) : Optimizers.Sgd(parameters, 1),
        ["rmsprop"] = (parameters, same) => same ? Optimizers.RmsProp(parameters, 0.01, alpha: 0.9) : Optimizers.RmsProp(
            parameters, 1, 0.1, 1, 1, 0.5, true),
        ["rmsprop_centered"] = (parameters, same) => same
            ? Optimizers.RmsProp(parameters, 0.01, weightDecay: 0.1, momentum: 0.7, centered: true) : Optimizers.RmsProp(
                parameters, 1),
    };

    /// <summary>One of ours or of TorchSharp's.</summary>
    public static optim.Optimizer Make(string name, bool ours, nn.Module network, bool same) =>
        (ours ? Ours : All)[name]([.. network.parameters()], same);

    /// <summary>A network of which one layer gets no gradient.</summary>
    public static Module<Tensor, Tensor> Network()
    {
        var network = new Layers();
        using var noGrad = no_grad();
        foreach (var (parameter, i) in network.parameters().Select((parameter, i) => (parameter, i)))
            parameter.copy_(0.5 * sin(arange(parameter.numel(), ScalarType.Float64) + i).view(parameter.shape));
        return network;
    }

    public static void Train(Module<Tensor, Tensor> network, optim.Optimizer optimizer, int steps = 3)
    {
        using var scope = NewDisposeScope();
        var x = sin(arange(15, ScalarType.Float64)).view(5, 3);
        var y = cos(arange(10, ScalarType.Float64)).view(5, 2);
        for (var step = 0; step < steps; step++)
        {
            optimizer.zero_grad();
            (network.call(x) - y).square().mean().backward();
            optimizer.step();
        }
    }

    /// <summary>
    /// TorchSharp's SGD adds the decay to what it maximises, so that weights grow; PyTorch's lets them shrink.
    /// </summary>
    private static SGD Decaying(SGD optimizer)
    {
        ((SGD.Options)optimizer.state_dict().Options[0]).weight_decay = -0.1;
        return optimizer;
    }

    private sealed class Layers : Module<Tensor, Tensor>
    {
        private readonly Linear _first = Linear(3, 4, dtype: ScalarType.Float64);
        private readonly Linear _unused = Linear(2, 2, dtype: ScalarType.Float64);
        private readonly Linear _last = Linear(4, 2, dtype: ScalarType.Float64);

        public Layers()
            : base("Layers")
        {
            register_module("first", _first);
            register_module("unused", _unused);
            register_module("last", _last);
        }

        public override Tensor forward(Tensor x) => _last.call(_first.call(x).tanh());
    }
}
