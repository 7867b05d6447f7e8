using TorchSharp.Modules;
using TorchSharp.PyBridge;

namespace GanKit.Tests.PyTorch.Bridge;

/// <summary>The optimisers that both know: training begun with one's file goes on with the same bits from the other's.</summary>
public sealed class BridgeOptimizerTests : IDisposable
{
    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, double, OptimizerHelper>> Makers = new()
    {
        ["Adam"] = (parameters, rate) => optim.Adam(parameters, rate, weight_decay: 0.1),
        ["Adam, amsgrad"] = (parameters, rate) => optim.Adam(parameters, rate, amsgrad: true),
        ["AdamW"] = (parameters, rate) => optim.AdamW(parameters, rate),
        ["SGD"] = (parameters, rate) => optim.SGD(parameters, rate),
        ["SGD, momentum"] = (parameters, rate) => optim.SGD(parameters, rate, momentum: 0.9),
        ["RMSprop"] = (parameters, rate) => optim.RMSProp(parameters, rate),
        ["RMSprop, momentum, centered"] = (parameters, rate) => optim.RMSProp(parameters, rate, momentum: 0.9, centered: true),
        ["GanKit's Adam"] = (parameters, rate) => GanKit.Optimizers.Adam(parameters, rate),
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Makers.Keys];

    private string FilePath => _folder.File("optimizer.pth");

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LoadPyTorch_WhatBridgeWrote_GoesOn(string name) => AssertGoesOn(
        name, written => written.save_py(FilePath), read => read.LoadPyTorch(FilePath));

    [Theory]
    [MemberData(nameof(Names))]
    public void ToPyTorch_ReadByBridge_GoesOn(string name) => AssertGoesOn(
        name, written => PyTorchFile.Save(FilePath, written.ToPyTorch()), read => read.load_py(FilePath));

    private static void AssertGoesOn(string name, Action<OptimizerHelper> save, Action<OptimizerHelper> load)
    {
        var (network, again) = (nn.Linear(3, 5), nn.Linear(3, 5));
        var (written, read) = (Makers[name](network.parameters(), 0.01), Makers[name](again.parameters(), 0.5));
        Step(network, written, 3);
        again.load_state_dict(network.state_dict());
        save(written);
        load(read);
        Step(network, written, 2);
        Step(again, read, 2);
        foreach (var (parameter, same) in network.parameters().Zip(again.parameters()))
            TensorAssert.Equal(parameter, same);
    }

    private static void Step(nn.Module<Tensor, Tensor> network, OptimizerHelper optimizer, int times)
    {
        for (var i = 1; i <= times; i++)
        {
            optimizer.zero_grad();
            (network.call(ones(2, 3)) * i).pow(2).sum().backward();
            optimizer.step();
        }
    }
}
