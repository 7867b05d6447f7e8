using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using GanKit.ImageSharp;

namespace GanKit.Tests.House;

/// <summary>An option that must not be null says so where it is set, and not at its first use.</summary>
public sealed class NullOptionTests
{
    public static TheoryData<Type> Types =>
    [
        .. new[] { typeof(Batch), typeof(PyTorchFile), typeof(AnimatedGif) }.SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && Options(type).Any()),
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Set_Null_IsRefusedByName(Type type)
    {
        SourceTree.AssertNone(
            from option in Options(type)
            let error = Record.Exception(() => option.SetMethod!.Invoke(Uninitialized(type), [null]))
            where error?.InnerException is not ArgumentNullException refused || refused.ParamName != option.Name
            select $"{type.Name}.{option.Name}: {error?.InnerException}");
    }

    [SuppressMessage("Usage", "CA1816", Justification = "A finalizer must not see an object that no constructor ran on.")]
    private static object Uninitialized(Type type)
    {
        var target = RuntimeHelpers.GetUninitializedObject(type);
        GC.SuppressFinalize(target);
        return target;
    }

    // What has a default; a record's own values and what is required have none.
    private static IEnumerable<PropertyInfo> Options(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsValueType
            && !property.IsDefined(typeof(RequiredMemberAttribute))
            && !type.GetConstructors().Any(made => made.GetParameters().Any(parameter => parameter.Name == property.Name))
            && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull
        select property;
}
