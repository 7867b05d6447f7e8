using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>An optimiser's state of each parameter, under the parameter's name.</summary>
/// <remarks>
/// TorchSharp's optimisers, and so those of <see cref="Optimizers"/>, keep it in public fields: <c>step</c>, <c>exp_avg</c> and the
/// like. Another one says what it keeps as <see cref="IStateful"/>.
/// </remarks>
internal sealed class OptimizerContent(optim.Optimizer optimizer, IReadOnlyDictionary<nint, string> names) : IStateful
{
    public void VisitState(StateVisitor visitor)
    {
        if (optimizer is IStateful own)
        {
            own.VisitState(visitor);
            return;
        }

        if (optimizer is not OptimizerHelper known)
        {
            throw new NotSupportedException(
                $"What {optimizer.GetType().Name} keeps between steps can't be asked for: it is no optimiser of TorchSharp's that "
                + $"has a state_dict. Let it implement {nameof(IStateful)}.");
        }

        visitor.Same("kind", optimizer.GetType().Name);
        foreach (var (number, (parameter, state)) in known.parameters().Zip(known.state_dict().State).Index())
        {
            var name = names.GetValueOrDefault(parameter.Handle) ?? $"parameter {number}"; // one that is not the network's
            visitor.Group(name, entries => Visit(entries, state, parameter));
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "GanKit.targets keeps TorchSharp and the application whole.")]
    private static void Visit(StateVisitor visitor, TorchSharp.Modules.OptimizerState state, Parameter parameter)
    {
        foreach (var field in state.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            switch (field.GetValue(state))
            {
                case long number:
                    visitor.Value(field.Name, ref number);
                    Set(field, number);
                    break;
                case double number:
                    visitor.Value(field.Name, ref number);
                    Set(field, number);
                    break;
                case Tensor tensor when state is not SGD.State:
                    visitor.Tensor(field.Name, tensor);
                    break;
                case null when state is not SGD.State:
                    visitor.Same(field.Name, NotUsed); // amsgrad's, in another setting
                    break;
                case var buffer when field.FieldType == typeof(Tensor): // of SGD, which is made in the first step
                    var momentum = (Tensor?)buffer;
                    visitor.Tensor(field.Name, ref momentum, like: parameter);
                    Set(field, momentum);
                    break;
            }
        }

        void Set(FieldInfo field, object? value)
        {
            if (visitor.IsLoading)
                field.SetValue(state, value);
        }
    }

    private const string NotUsed = "not used";
}
