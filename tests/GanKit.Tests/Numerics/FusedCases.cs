using GanKit.Tests.PyTorchParity;
using TorchSharp.Modules;

namespace GanKit.Tests.Numerics;

/// <summary>Optimisers of ours, with the settings of Fixtures/optimizers.py, and TorchSharp's that do the same.</summary>
internal static class FusedCases
{
    internal const int Steps = 20;

    internal static readonly string[] Parameters = ["matrix", "vector", "kernel", "sometimes", "never"];

    internal static readonly Dictionary<string,
    (Func<Parameter[], optim.Optimizer> Ours, Func<Parameter[], optim.Optimizer> TorchSharps)> All = new()
    {
        ["adam"] = (p => Optimizers.Adam(p, 0.02), p => optim.Adam(p, 0.02, 0.9, 0.999)),
        ["adam_betas"] = (p => Optimizers.Adam(p, 0.02, (0, 0.9), 1e-6), p => optim.Adam(p, 0.02, 0, 0.9, 1e-6)),
        ["adam_amsgrad"] = (
            p => Optimizers.Adam(p, 0.02, weightDecay: 0.1, amsgrad: true),
            p => optim.Adam(p, 0.02, 0.9, 0.999, weight_decay: 0.1, amsgrad: true)),
        ["adam_maximize"] = (
            p => Optimizers.Adam(p, 0.02, weightDecay: 0.1, maximize: true),
            p => optim.Adam(p, 0.02, 0.9, 0.999, weight_decay: 0.1, maximize: true)),
        ["adamw"] = (p => Optimizers.AdamW(p, 0.02), p => optim.AdamW(p, 0.02, 0.9, 0.999, weight_decay: 0.01)),
        ["adamw_amsgrad"] = (
            p => Optimizers.AdamW(p, 0.02, (0.5, 0.99), weightDecay: 0.2, amsgrad: true, maximize: true),
            p => optim.AdamW(p, 0.02, 0.5, 0.99, weight_decay: 0.2, amsgrad: true, maximize: true)),
        ["sgd"] = (p => Optimizers.Sgd(p, 0.05, weightDecay: 0.1), p => optim.SGD(p, 0.05, weight_decay: 0.1)),
        ["sgd_momentum"] = (
            p => Optimizers.Sgd(p, 0.05, 0.9, weightDecay: 0.1), p => optim.SGD(p, 0.05, 0.9, weight_decay: 0.1)),
        ["sgd_nesterov"] = (
            p => Optimizers.Sgd(p, 0.05, 0.8, nesterov: true), p => optim.SGD(p, 0.05, 0.8, nesterov: true)),
        ["sgd_maximize"] = (p => Optimizers.Sgd(p, 0.05, 0.9, 0.4, 0.1, maximize: true), p =>
            Shrinking(optim.SGD(p, 0.05, 0.9, 0.4, maximize: true))),
        ["rmsprop"] = (p => Optimizers.RmsProp(p, 0.02), p => optim.RMSProp(p, 0.02)),
        ["rmsprop_maximize"] = (
            p => Optimizers.RmsProp(p, 0.02, 0.9, weightDecay: 0.1, maximize: true),
            p => optim.RMSProp(p, 0.02, 0.9, weight_decay: 0.1, maximize: true)),
        ["rmsprop_momentum"] = (
            p => Optimizers.RmsProp(p, 0.02, momentum: 0.7), p => optim.RMSProp(p, 0.02, momentum: 0.7)),
        ["rmsprop_centered"] = (
            p => Optimizers.RmsProp(p, 0.02, weightDecay: 0.1, momentum: 0.7, centered: true, maximize: true),
            p => optim.RMSProp(p, 0.02, weight_decay: 0.1, momentum: 0.7, centered: true, maximize: true)),
    };

    internal static Parameter[] Start(ScalarType dtype) =>
        [.. Parameters.Select(name => new Parameter(Fixture.Load("optimizers")[$"start.{name}"].to(dtype, copy: true)))];

    /// <summary>Steps on the fixture's gradients, of which some parameters have none; the rate falls on the way.</summary>
    internal static void Train(optim.Optimizer optimizer, Parameter[] parameters, int from = 0, int to = Steps)
    {
        var fixture = Fixture.Load("optimizers");
        for (var step = from; step < to; step++)
        {
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate *= step is 7 or 14 ? 0.8 : 1;
            foreach (var (parameter, name) in parameters.Zip(Parameters))
            {
                var isLeftOut = name is "never" || (name is "sometimes" && step % 3 == 0);
                parameter.grad = isLeftOut ? null : fixture[$"gradient.{name}"][step].to(parameter.dtype, copy: true);
            }

            optimizer.step();
        }
    }

    /// <summary>Compares weights with those that PyTorch came to.</summary>
    internal static void AssertSameAsPyTorch(string name, Parameter[] actual) => Assert.All(
        actual.Zip(Parameters),
        pair => TensorAssert.Close(Fixture.Load("optimizers")[$"{name}.{pair.Second}"], pair.First.detach(), 1e-10, 1e-12));

    internal static void AssertSame(Parameter[] expected, Parameter[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair =>
            TensorAssert.Close(pair.First.detach(), pair.Second.detach(), tolerance, tolerance));

    /// <summary>
    /// TorchSharp's SGD adds the decay to what it maximises; with the other sign weights shrink, as in PyTorch.
    /// </summary>
    private static SGD Shrinking(SGD optimizer)
    {
        ((SGD.Options)optimizer.state_dict().Options[0]).weight_decay = -0.1;
        return optimizer;
    }
}
