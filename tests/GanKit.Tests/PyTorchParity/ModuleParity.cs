using System.Text;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Compares a module with the PyTorch one that Fixtures/module_case.py recorded.</summary>
internal static class ModuleParity
{
    /// <summary>
    /// With the patterns of <see cref="ReferenceNetworks"/> as state and input: the same state keys and shapes, output,
    /// buffers after the run, gradients of the input and of every parameter in training mode, and output in evaluation
    /// mode, as <see cref="Truth"/> compares.
    /// </summary>
    /// <param name="fixture">The fixture file.</param>
    /// <param name="name">The case in it.</param>
    /// <param name="module">The module, just built; left in evaluation mode.</param>
    public static void Check(string fixture, string name, nn.Module<Tensor, Tensor> module) =>
        Check(fixture, name, module, module.call);

    /// <summary>The same for a module of any kind.</summary>
    /// <param name="fixture">The fixture file.</param>
    /// <param name="name">The case in it.</param>
    /// <param name="module">The module, just built; left in evaluation mode.</param>
    /// <param name="call">Calls it with the input, and makes one tensor of what it returns.</param>
    public static void Check(string fixture, string name, nn.Module module, Func<Tensor, Tensor> call)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load(fixture);
        Assert.Equal(
            Encoding.ASCII.GetString(recorded[$"{name}/keys"].bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Order(StringComparer.Ordinal),
            module.state_dict().Select(entry => $"{entry.Key} ({string.Join(", ", entry.Value.shape)})").Order(
                StringComparer.Ordinal));
        var shape = recorded[$"{name}/shape"].data<long>().ToArray();

        Truth.Check(fixture, name, (dtype, nudge) => Run(module.to(dtype), shape, call, dtype, nudge));
    }

    private static List<(string Key, Tensor Value)> Run(
        nn.Module module, long[] shape, Func<Tensor, Tensor> call, ScalarType dtype, double nudge)
    {
        ReferenceNetworks.Fill(module);
        var input = ReferenceNetworks.Pattern("input", shape).to(dtype);
        if (module.parameters().Any())
            Truth.Change(module, nudge);
        else
            Truth.Change(input, nudge);
        var before = module.named_buffers().ToDictionary(entry => entry.name, entry => entry.buffer.clone());

        module.train();
        module.zero_grad();
        var output = call(input.requires_grad_());
        output.backward([Probe(output)]);
        var results = new List<(string, Tensor)> { ("output", output), ("input_grad", input.grad!) };
        results.AddRange(module.named_parameters().Select(entry => ($"grad/{entry.name}", entry.parameter.grad!.clone())));
        results.AddRange(
            from entry in module.named_buffers()
            where entry.buffer.ne(before[entry.name]).any().item<bool>()
            select ($"after/{entry.name}", entry.buffer.clone()));

        module.eval();
        using (no_grad())
            results.Add(("eval_output", call(input)));
        return results;
    }

    // The same gradient of the loss as in module_case.py.
    private static Tensor Probe(Tensor output) =>
        arange(output.numel(), dtype: ScalarType.Float64).cos().reshape(output.shape).to_type(output.dtype);
}
