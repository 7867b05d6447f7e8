namespace GanKit;

/// <summary>
/// Lets networks be made without their initialiser's weights, where they are to be overwritten: drawing those takes longer
/// than copying them.
/// </summary>
internal static class FirstWeights
{
    [ThreadStatic]
    private static bool _areSkipped;

    /// <summary>Whether initialisers are to do nothing on this thread.</summary>
    internal static bool AreSkipped => _areSkipped;

    /// <summary>Makes a network whose weights are at first what its layers' constructors make them.</summary>
    internal static T Skip<T>(Func<T> make)
    {
        _areSkipped = true;
        try
        {
            return make();
        }
        finally
        {
            _areSkipped = false;
        }
    }
}
